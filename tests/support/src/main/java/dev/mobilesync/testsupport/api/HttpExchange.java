package dev.mobilesync.testsupport.api;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A request and its response.
 *
 * @param responseBody uncompressed; {@code null} if it was not read
 */
public record HttpExchange(
        String method,
        URI uri,
        HttpHeaders requestHeaders,
        byte[] requestBody,
        int status,
        HttpHeaders responseHeaders,
        byte @Nullable [] responseBody) {

    /** The beginning of the names of buckets that tests create. */
    public static final String TEST_BUCKET_PREFIX = "test-";

    /** An exchange whose response has ended. */
    public static HttpExchange of(HttpRequest request, HttpResponse<?> response) {
        return new HttpExchange(
                request.method(),
                request.uri(),
                request.headers(),
                request.bodyPublisher().map(HttpExchange::read).orElse(new byte[0]),
                response.statusCode(),
                response.headers(),
                uncompressed(response));
    }

    /** Publishers of byte arrays and strings publish at once, on this thread. */
    private static byte[] read(HttpRequest.BodyPublisher publisher) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        publisher.subscribe(new Flow.Subscriber<ByteBuffer>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(ByteBuffer part) {
                byte[] bytes = new byte[part.remaining()];
                part.get(bytes);
                body.writeBytes(bytes);
            }

            @Override
            public void onError(Throwable failure) {
                throw new IllegalStateException(failure);
            }

            @Override
            public void onComplete() {
                // the body is complete
            }
        });
        return body.toByteArray();
    }

    private static byte @Nullable [] uncompressed(HttpResponse<?> response) {
        byte[] body = response.body() instanceof byte[] bytes
                ? bytes
                : response.body() instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : null;
        if (body == null || response.headers().firstValue("Content-Encoding").isEmpty()) {
            return body;
        }
        try (GZIPInputStream content = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The encoded path. A test's own bucket has the name of the default one, which the documents contain. */
    String path() {
        return uri.getRawPath().replaceFirst("^/" + TEST_BUCKET_PREFIX + "[^/]+/", "/captures/");
    }

    boolean hasSucceeded() {
        return status < 400;
    }

    /** The media type of the response without parameters, or empty. */
    String responseType() {
        return withoutParameters(responseHeaders.firstValue("Content-Type"));
    }

    /** The media type of the request without parameters, or empty. */
    String requestType() {
        return withoutParameters(requestHeaders.firstValue("Content-Type"));
    }

    private static String withoutParameters(Optional<String> header) {
        return header.map(type -> type.split(";", 2)[0].strip()).orElse("");
    }
}
