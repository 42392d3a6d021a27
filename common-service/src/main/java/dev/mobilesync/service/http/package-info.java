/** HTTP behaviour that all services share: problem documents, request filters and request bodies. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.service.http;
