@NullMarked
package dev.mobilesync.embedded;

import org.jspecify.annotations.NullMarked;
