/** Requests that clients may send over STOMP or REST: reads their JSON bodies and audits them. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.service.request;
