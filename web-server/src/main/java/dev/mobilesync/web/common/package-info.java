/** What the features of this service share: its settings, and how a request is refused. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.common;
