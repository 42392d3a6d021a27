@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.retention;
