@org.jspecify.annotations.NullMarked
package dev.mobilesync.testsupport.api;
