package dev.mobilesync.web.limit;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Requests per minute, {@code mobile-sync.limits.*}; 0 for no limit. Requests beyond a limit are answered with 429 and
 * {@code Retry-After}.
 *
 * @param uploadsPerExaminee uploads for one examinee, from all phones
 * @param requestsPerCaller all other requests with tokens of one examinee, phone or proctor, from all addresses
 * @param requestsPerAddress requests to the API without a valid token, from one address. Requests with a valid token
 *     are not counted, because an exam centre may share one address
 * @param pagesPerAddress requests for pages and their resources, from one address
 */
@ConfigurationProperties("mobile-sync.limits")
public record RateLimitProperties(
        @DefaultValue("20") int uploadsPerExaminee,
        @DefaultValue("1200") int requestsPerCaller,
        @DefaultValue("300") int requestsPerAddress,
        @DefaultValue("12000") int pagesPerAddress) {

    public RateLimitProperties {
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
