/** The roster of a plan: the examinees who are expected, with their names. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.roster;
