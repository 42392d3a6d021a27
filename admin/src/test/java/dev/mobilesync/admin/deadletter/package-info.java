@org.jspecify.annotations.NullMarked
package dev.mobilesync.admin.deadletter;
