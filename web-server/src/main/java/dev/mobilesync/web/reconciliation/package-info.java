/**
 * Finds stored captures that no record references, or only one that is missing in its plan's index, and publishes their status
 * again: the sweep.
 */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.reconciliation;
