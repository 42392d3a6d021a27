/** Messages, the Redis record, and the names of queues, Redis keys and topics that the services share. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.messages;
