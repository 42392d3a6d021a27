/** Finds stored captures that no record names, and publishes their status again ({@code --sweep}). */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.reconciliation;
