package dev.mobilesync.service.http;

import org.springframework.http.CacheControl;

/** Where each service serves the documents of the API, which refer to each other by relative paths, and the page of errors. */
public final class ApiDocsResources {

    public static final String PATTERN = "/api-docs/**";
    public static final String LOCATION = "classpath:/api/";
    public static final CacheControl CACHE_CONTROL = CacheControl.noCache();

    private ApiDocsResources() {}
}
