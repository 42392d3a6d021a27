/** Commands that clients may send over several protocols: reads their bodies and audits them. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.service.request;
