package dev.mobilesync.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.TestTokens;
import io.minio.MinioClient;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;

/** Phones that upload pictures of 100 KB and 1280 × 720 pixels, and keep their connections. */
final class UploadPhones {

    private static final String DEVICE = "M001";
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 720;
    /** Gives the pictures about 100 KB. */
    private static final int NOISE = 10;

    private static final int PICTURES = 8;

    private static final int TOO_MANY_REQUESTS = 429;

    private final List<byte[]> pictures =
            IntStream.range(0, PICTURES).mapToObj(UploadPhones::draw).toList();
    private final List<byte[]> bodies = pictures.stream()
            .map(picture -> MultipartBody.upload(DEVICE, picture))
            .toList();
    private final byte[] smallBody = MultipartBody.upload(DEVICE, Jpegs.picture(64, 48, 1));
    private final OkHttpClient http = client();

    /** An HTTP client like that of the phones, for any number of connections. */
    static OkHttpClient client() {
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .addNetworkInterceptor(chain -> {
                    chain.connection().socket().setTcpNoDelay(true);
                    return chain.proceed(chain.request());
                })
                .connectionPool(new ConnectionPool(1024, 5, TimeUnit.MINUTES))
                .readTimeout(30, TimeUnit.SECONDS);
        OkHttpClient client = builder.build();
        client.dispatcher().setMaxRequests(1024);
        client.dispatcher().setMaxRequestsPerHost(1024);
        return client;
    }

    /** The store's SDK with this HTTP client. */
    static MinioClient sdk(Map<String, String> properties) {
        return MinioClient.builder()
                .endpoint(requireNonNull(properties.get("mobile-sync.store.endpoint")))
                .region("us-east-1")
                .credentials(
                        properties.get("mobile-sync.store.access-key"), properties.get("mobile-sync.store.secret-key"))
                .httpClient(client())
                .build();
    }

    byte[] picture(int number) {
        return pictures.get(number % PICTURES);
    }

    static String token(ExamineeKey examinee) {
        return TestTokens.device(examinee.planId(), examinee.examineeId(), DEVICE);
    }

    /**
     * Uploads a picture; fails unless the response is 201.
     *
     * @return when its last byte was sent, as of {@link System#nanoTime()}
     */
    long upload(int port, ExamineeKey examinee, String token, int number) throws IOException {
        return upload(port, examinee, token, bodies.get(number % PICTURES));
    }

    /** Uploads a picture and sends it again for as long as the server is overloaded. Fails at any response but 201 and 429. */
    void uploadUntilStored(int port, ExamineeKey examinee, String token, int number)
            throws IOException, InterruptedException {
        while (true) {
            try {
                upload(port, examinee, token, number);
                return;
            } catch (TooManyRequestsException e) {
                // What the server asks of a phone; nothing waits for a state here.
                Thread.sleep(e.retryAfter.toMillis());
            }
        }
    }

    /** Uploads a picture of few bytes. */
    void uploadSmall(int port, ExamineeKey examinee, String token) throws IOException {
        upload(port, examinee, token, smallBody);
    }

    private long upload(int port, ExamineeKey examinee, String token, byte[] bytes) throws IOException {
        TimedBody body = new TimedBody(bytes);
        Request request = new Request.Builder()
                .url("http://127.0.0.1:" + port + ApiClient.capturesPath(examinee.planId(), examinee.examineeId()))
                .header("Authorization", "Bearer " + token)
                .post(body)
                .build();
        try (Response response = http.newCall(request).execute()) {
            String answer = response.body().string();
            if (response.code() == TOO_MANY_REQUESTS) {
                throw new TooManyRequestsException(
                        Duration.ofSeconds(Long.parseLong(requireNonNull(response.header("Retry-After")))));
            }
            if (response.code() != 201) {
                throw new IOException(response.code() + " " + answer);
            }
        }
        return body.sentAt;
    }

    /** The server is overloaded. */
    private static final class TooManyRequestsException extends IOException {

        private static final long serialVersionUID = 1L;

        private final Duration retryAfter;

        private TooManyRequestsException(Duration retryAfter) {
            super("the server is overloaded; retry after " + retryAfter);
            this.retryAfter = retryAfter;
        }
    }

    private static final class TimedBody extends RequestBody {

        private final byte[] bytes;
        private long sentAt;

        private TimedBody(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public MediaType contentType() {
            return MediaType.get(MultipartBody.CONTENT_TYPE);
        }

        @Override
        public long contentLength() {
            return bytes.length;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.write(bytes);
            sink.flush();
            sentAt = System.nanoTime();
        }
    }

    private static byte[] draw(int seed) {
        Random random = new Random(seed);
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, Color.BLUE, WIDTH, HEIGHT, Color.ORANGE));
        graphics.fillRect(0, 0, WIDTH, HEIGHT);
        for (int i = 0; i < 40; i++) {
            graphics.setColor(new Color(random.nextInt(0x1000000)));
            graphics.fillOval(random.nextInt(WIDTH), random.nextInt(HEIGHT), WIDTH / 8, HEIGHT / 8);
        }
        graphics.dispose();
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                image.setRGB(x, y, withNoise(image.getRGB(x, y), random));
            }
        }
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            ImageIO.write(image, "jpg", out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int withNoise(int pixel, Random random) {
        int changed = 0;
        for (int shift = 0; shift < 24; shift += 8) {
            int sample = (pixel >> shift & 0xFF) + random.nextInt(2 * NOISE + 1) - NOISE;
            changed |= Math.max(0, Math.min(255, sample)) << shift;
        }
        return changed;
    }
}
