@org.jspecify.annotations.NullMarked
package dev.mobilesync.service.tracing;
