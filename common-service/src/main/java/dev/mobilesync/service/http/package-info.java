/** Problem documents of all services; request filters and request bodies of the services on Tomcat. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.service.http;
