/** Publishes messages to RabbitMQ with publisher confirms, and declares and checks queues and exchanges. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.service.publishing;
