/** Properties of every service, and the validation of all properties. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.service.properties;
