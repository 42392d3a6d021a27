package dev.mobilesync.web.common;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import jakarta.validation.valueextraction.Unwrapping;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.Range;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The properties of this service, {@code mobile-sync.*}.
 *
 * @param maxCaptureSize the maximum size of a picture ({@code 5MB} is 5 MiB). An upload uses up to four times as much memory
 * @param maxUploads the maximum number of uploads that are handled at once. An upload is handled once its body is complete
 * @param uploadSlotTimeout the maximum time that a complete upload waits to be handled; then the response is 429. It is capped at
 *     half of {@code uploadResponseTimeout}
 * @param maxConcurrentUploadsPerExaminee the maximum number of uploads of one examinee in flight, from their request headers to
 *     their responses. The response to further ones is 429
 * @param uploadResponseTimeout the time limit from the last byte of an upload to its response. The checks, the store and the broker
 *     share it, in addition to their own timeouts. With a value below 5 s, phones receive a response within the 5 s that the
 *     fault suite checks
 * @param allowedOrigins the origins of other pages that may call this server from a browser (CORS), embed the pages in a frame
 *     and receive their events
 * @param publicUrl this server's URL for phones, such as {@code https://exam.example.com}; the QR code's link begins with
 *     it. The default is the URL that the examinee's browser used
 * @param stateTtl the lifetime of an examinee's record after its last change. The phone paired last is stored as long
 *     as the record, but at least for {@code pairing.tokenTtl}. The sweep skips older captures
 * @param rosterTtl the lifetime of a plan's roster after it was last replaced
 * @param sweepInterval the time between two sweeps; 0 for never
 * @param pictureRetention how long pictures are kept in the store after their upload, unless their plan is held; 0 for ever
 */
@Validated
@ConfigurationProperties("mobile-sync")
public record WebServerProperties(
        @DefaultValue("5MB") @Range(min = 1, max = 64 << 20, message = "must be more than 0 and at most 64MB")
        DataSize maxCaptureSize,

        @DefaultValue("64") @Positive int maxUploads,

        @DefaultValue("2s") @DurationMin(message = "must not be negative")
        Duration uploadSlotTimeout,

        @DefaultValue("2") @Positive int maxConcurrentUploadsPerExaminee,
        @DefaultValue("4500ms") @DurationMin(millis = 1) Duration uploadResponseTimeout,
        @DefaultValue List<@Pattern(regexp = ORIGIN, message = ORIGINS) String> allowedOrigins,

        @Pattern(regexp = "https?://" + HOST + "(/[^?#]*)?", message = URL) @Nullable
        URI publicUrl,

        @DefaultValue("7d") @DurationMin(millis = 1) Duration stateTtl,
        @DefaultValue("30d") @DurationMin(millis = 1) Duration rosterTtl,
        @DefaultValue("5m") Duration sweepInterval,
        @DefaultValue("30d") Duration pictureRetention,
        @DefaultValue @Valid Store store,
        @DefaultValue @Valid Body body,
        @DefaultValue @Valid Pairing pairing,
        @DefaultValue @Valid Limits limits,
        @DefaultValue @Valid Pages pages) {

    /** The base name of the configuration file, {@code web-server.yml}. */
    public static final String CONFIG_NAME = "web-server";

    private static final String ORIGIN = "[a-z][a-z0-9+.-]*://[^/*?#\\s;,]+";
    private static final String ORIGINS = "must list origins such as https://exam.example.com or capacitor://localhost";
    private static final String HOST = "([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(:\\d+)?";
    private static final String URL = "must be an address such as https://exam.example.com";

    @AssertTrue(message = "mobile-sync.sweep-interval (MOBILE_SYNC_SWEEP_INTERVAL) must be 1s or more, or 0 for never")
    boolean isSweepIntervalValid() {
        return sweepInterval.isZero() || sweepInterval.compareTo(Duration.ofSeconds(1)) >= 0;
    }

    @AssertTrue(
            message = "mobile-sync.picture-retention (MOBILE_SYNC_PICTURE_RETENTION) must be 1d or more, or 0 for ever")
    boolean isPictureRetentionValid() {
        return pictureRetention.isZero() || pictureRetention.compareTo(Duration.ofDays(1)) >= 0;
    }

    /** The lifetime of the entry for the phone paired last: at least that of the phone's token. */
    public Duration pairedDeviceTtl() {
        return stateTtl.compareTo(pairing.tokenTtl()) > 0 ? stateTtl : pairing.tokenTtl();
    }

    /**
     * The object store, with the S3 API. The account must be able to read, write and list the bucket, and, for the retention, to delete from it. If it cannot
     * create the bucket or enable versioning, an administrator must do so.
     *
     * @param endpoint such as {@code http://127.0.0.1:9000}
     * @param region the region of request signatures
     * @param bucket created at startup if it is missing; the first segment of each {@code imageUrl}
     * @param keyTemplate the template of an object's key
     * @param connectTimeout the timeout of a connection attempt
     * @param timeout the timeout of one call, including its response. It is capped at the rest of
     *     {@code mobile-sync.upload-response-timeout}
     */
    public record Store(
            @NotNull(message = ENDPOINT, payload = Unwrapping.Skip.class)
            @Pattern(regexp = "https?:.+", message = ENDPOINT)
            URI endpoint,

            @NotBlank(message = NOT_SET) String accessKey,
            @NotBlank(message = NOT_SET) String secretKey,
            @DefaultValue("us-east-1") String region,

            @DefaultValue("captures") @Pattern(regexp = "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", message = BUCKET)
            String bucket,

            @DefaultValue("{examineeId}/sync_cap.jpg") KeyTemplate keyTemplate,
            @DefaultValue("1s") @DurationMin(millis = 1) Duration connectTimeout,
            @DefaultValue("4s") @DurationMin(millis = 1) Duration timeout) {

        private static final String ENDPOINT = "must be an address such as http://127.0.0.1:9000";
        private static final String NOT_SET = "is not set";
        private static final String BUCKET =
                "must be a bucket's name: 3 to 63 lower-case letters, digits, dots and hyphens";

        @Override
        public String toString() {
            return "Store[endpoint=" + endpoint + ", bucket=" + bucket + ", credentials=***]";
        }
    }

    /**
     * Limits and buffers of request bodies.
     *
     * @param maxTime the maximum time from the admission of a request to the last byte of its body
     * @param minRate the minimum number of bytes per second, on average over each {@code rateWindow}
     * @param rateWindow the period over which {@code minRate} is measured
     * @param memory the memory that the buffered bodies of callers with a token share; the others share 16 MiB
     * @param disk the space in one file that the bodies of callers with a token share when half of their memory is in use; 0 for none
     * @param directory the directory of that file; by default the JVM's directory for temporary files. The file has no name
     *     while the service runs
     */
    public record Body(
            @DefaultValue("5m") @DurationMin(seconds = 1) Duration maxTime,
            @DefaultValue("1KB") @PositiveOrZero DataSize minRate,

            @DefaultValue("15s") @DurationMin(seconds = 1) @DurationMax(seconds = 15)
            Duration rateWindow,

            @DefaultValue("64MB") @Min(value = 1 << 20, message = "must be 1MB or more")
            DataSize memory,

            @DefaultValue("2GB") @PositiveOrZero DataSize disk,
            @DefaultValue("") String directory) {

        public Body {
            directory = directory.isEmpty() ? System.getProperty("java.io.tmpdir") : directory;
        }

        @AssertTrue(message = "mobile-sync.body.directory (MOBILE_SYNC_BODY_DIRECTORY) must be a directory")
        boolean isDirectoryPresent() {
            return Files.isDirectory(Path.of(directory));
        }
    }

    /**
     * Codes and tokens of pairing.
     *
     * @param codeTtl the lifetime of a code
     * @param tokenTtl the time in which a phone may upload after it was paired
     * @param maxWrongCodesPerAddress wrong typed codes per minute and client address or IPv6 /64. The limit is four times as high per
     *     /56, and 16 times per /48
     * @param maxWrongCodes wrong typed codes per minute of all clients, at all instances
     */
    public record Pairing(
            @DefaultValue("2m") @DurationMin(seconds = 1) @DurationMax(hours = 1)
            Duration codeTtl,

            @DefaultValue("4h") @DurationMin(seconds = 1) @DurationMax(days = 7)
            Duration tokenTtl,

            @DefaultValue("10") @Positive @Max(1_000_000) int maxWrongCodesPerAddress,
            @DefaultValue("1000") @Positive int maxWrongCodes) {}

    /**
     * Requests per minute; 0 for no limit. The response to requests beyond a limit is 429 with {@code Retry-After}.
     *
     * @param uploadsPerExaminee uploads for one examinee, from all phones
     * @param requestsPerCaller all other requests of one examinee, of all phones of one examinee, of one proctor, or of the
     *     platform's server, from all addresses
     * @param anonymousRequestsPerAddress requests to the API without a valid token, from one address. Requests with a valid token
     *     are not counted, because an exam centre may share one address
     * @param pagesPerAddress requests for pages and their resources, from one address
     */
    public record Limits(
            @DefaultValue("20") @PositiveOrZero int uploadsPerExaminee,
            @DefaultValue("1200") @PositiveOrZero int requestsPerCaller,
            @DefaultValue("300") @PositiveOrZero int anonymousRequestsPerAddress,
            @DefaultValue("12000") @PositiveOrZero int pagesPerAddress) {}

    /**
     * Configuration of the pages, which is public.
     *
     * @param socketUrl socket-server's URL for browsers: {@code wss://host/ws}, or only what differs from the page's own
     *     URL, {@code :8081/ws} or {@code /ws}
     * @param tokenUrl the URL at which a page requests a token, and a new one when it expires. The request carries the browser's
     *     cookies. The response is {@code {"token": "…"}}
     * @param completedUrl the URL that the examinee's browser opens after the step. {@code {planId}} and {@code {examineeId}} are
     *     replaced
     * @param fragmentTokens whether a page accepts a token in its URL's fragment ({@code #token=…}), for demonstrations
     * @param examineeWord the word for an examinee in the Korean texts. It ends in 자, so that the particles fit
     * @param privacyNoticeKo what the phone's page says, in Korean, before the camera opens: what is captured, who sees it and
     *     how long it is kept. The default is the page's own text
     * @param privacyNoticeEn the same in English
     * @param reviewTime the time in which the examinee may look at the received picture and take another one; then it is
     *     used. 0 for no review
     */
    public record Pages(
            @DefaultValue(":8081/ws") @Pattern(regexp = SOCKET, message = SOCKET_URL)
            String socketUrl,

            @Pattern(regexp = TOKEN, message = URL + "/token or /token") @Nullable
            URI tokenUrl,

            @Pattern(regexp = COMPLETED, message = URL + "/next or /next") @Nullable
            String completedUrl,

            @DefaultValue("false") boolean fragmentTokens,

            @DefaultValue("수험자")
            @Pattern(regexp = "[가-힣]{1,9}자", message = "must be a Korean word that ends in 자, such as 응시자")
            String examineeWord,

            @Size(max = 1000) @Nullable String privacyNoticeKo,
            @Size(max = 1000) @Nullable String privacyNoticeEn,

            @DefaultValue("20s") @DurationMin(message = "must not be negative") @DurationMax(minutes = 10)
            Duration reviewTime) {

        private static final String SOCKET = "(wss?://[^/?#\\s]+)?(:\\d{1,5})?/[^?#\\s]*";
        private static final String SOCKET_URL =
                "must be an address such as wss://exam.example.com/ws, :8081/ws or /ws";
        private static final String TOKEN = "https?://([^/?#@]*@)?" + HOST + "([/?#].*)?|/.*";
        private static final String COMPLETED = "(https?://[^/?#\\s{}]+)?/[^\\s]*";
    }
}
