/** What all services need from Spring in the same way: confirmed publishing, tokens, reading records, settings. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.service;
