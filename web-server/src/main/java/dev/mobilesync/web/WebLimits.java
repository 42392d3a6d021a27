package dev.mobilesync.web;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many requests are taken within a minute, {@code mobile-sync.limits.*}; 0 is without a limit. What comes beyond is
 * answered with 429 and the time after which to come back.
 *
 * @param uploadsPerExaminee pictures for one examinee, from whichever phones
 * @param requestsPerCaller all other requests with tokens of one examinee, phone or proctor, from wherever
 * @param requestsPerAddress requests to the API without a good token, from one address. An exam centre may have one
 *     address for all its people: those with a token are not counted here
 * @param pagesPerAddress requests for pages and what belongs to them, from one address
 */
@ConfigurationProperties("mobile-sync.limits")
record WebLimits(
        @DefaultValue("20") int uploadsPerExaminee,
        @DefaultValue("1200") int requestsPerCaller,
        @DefaultValue("300") int requestsPerAddress,
        @DefaultValue("12000") int pagesPerAddress) {

    WebLimits {
        require(uploadsPerExaminee, "UPLOADS_PER_EXAMINEE");
        require(requestsPerCaller, "REQUESTS_PER_CALLER");
        require(requestsPerAddress, "REQUESTS_PER_ADDRESS");
        require(pagesPerAddress, "PAGES_PER_ADDRESS");
    }

    private static void require(int value, String key) {
        if (value < 0) {
            throw new IllegalArgumentException("MOBILE_SYNC_LIMITS_" + key + " must be 1 or more, or 0 for no limit");
        }
    }
}
