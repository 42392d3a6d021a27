/** Finds stored captures that no record references, and publishes their status again: the sweep. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.reconciliation;
