@org.jspecify.annotations.NullMarked
package dev.mobilesync.admin.retention;
