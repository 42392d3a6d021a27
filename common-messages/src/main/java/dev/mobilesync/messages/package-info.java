/** What the services say to each other and to the outside: messages, the Redis record, the names of queues and keys. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.messages;
