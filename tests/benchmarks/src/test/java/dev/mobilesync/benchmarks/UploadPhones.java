package dev.mobilesync.benchmarks;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.TestTokens;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
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

    private final List<byte[]> pictures =
            IntStream.range(0, PICTURES).mapToObj(UploadPhones::draw).toList();
    private final List<byte[]> bodies = pictures.stream()
            .map(picture -> MultipartBody.upload(DEVICE, picture))
            .toList();
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
        TimedBody body = new TimedBody(bodies.get(number % PICTURES));
        Request request = new Request.Builder()
                .url("http://127.0.0.1:" + port + ApiClient.capturesPath(examinee.planId(), examinee.examineeId()))
                .header("Authorization", "Bearer " + token)
                .post(body)
                .build();
        try (Response response = http.newCall(request).execute()) {
            String answer = response.body().string();
            if (response.code() != 201) {
                throw new IOException(response.code() + " " + answer);
            }
        }
        return body.sentAt;
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
