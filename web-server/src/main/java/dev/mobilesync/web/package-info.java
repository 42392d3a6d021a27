/** Takes pictures from phones, stores them, and publishes what became of them. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web;
