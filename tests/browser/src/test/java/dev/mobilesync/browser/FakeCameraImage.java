package dev.mobilesync.browser;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;
import javax.imageio.ImageIO;

/** The drawn camera image: a person at a desk. The unit is that of the phone page's overlay frame (160 × 90). */
final class FakeCameraImage {

    private static final int SCALE = 8;
    private static final int FRAMES_PER_SECOND = 5;
    private static final Map<Light, Path> FILMS = new EnumMap<>(Light.class);

    /** Per person the colours of the jumper, its shade and the hair. */
    private static final int[][] PEOPLE = {
        {0x2f6d8f, 0x2a6384, 0x2e2420},
        {0x8a4f6d, 0x7d4562, 0x4a3020},
        {0x4d7d5c, 0x437052, 0x1f1b1a},
        {0xb0703a, 0xa16431, 0x5a3d28},
        {0x5b5f97, 0x51558a, 0x33302e},
    };

    private final Graphics2D graphics;
    private final int[] person;

    private FakeCameraImage(Graphics2D graphics, int[] person) {
        this.graphics = graphics;
        this.person = person;
    }

    /** The lighting of the scene. */
    enum Light {
        GOOD,
        DARK,
        BLURRED,
        /** The phone is upright. */
        TURN
    }

    /** A video for Chromium's {@code --use-file-for-fake-video-capture} that repeats one image at five frames per second. */
    static synchronized Path film(Light light) {
        Path film = FILMS.get(light);
        if (film == null) {
            film = write(light);
            FILMS.put(light, film);
        }
        return film;
    }

    private static Path write(Light light) {
        Path film = Path.of("target", "scene-" + light + ".y4m").toAbsolutePath();
        try {
            Path made = Files.createTempFile(film.getParent(), "scene", ".y4m");
            Files.write(made, y4m(seen(draw(0), light)));
            return Files.move(made, film, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** YUV4MPEG2, colours by Rec. 601. Unlike Motion JPEG it declares the frame rate and needs no decoding. */
    private static byte[] y4m(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] header = "YUV4MPEG2 W%d H%d F%d:1\nFRAME\n"
                .formatted(width, height, FRAMES_PER_SECOND)
                .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer film = ByteBuffer.allocate(header.length + width * height * 3 / 2);
        film.put(header);
        plane(film, image, 1, 16, 65.738, 129.057, 25.064);
        plane(film, image, 2, 128, -37.945, -74.494, 112.439);
        plane(film, image, 2, 128, 112.439, -94.154, -18.285);
        return film.array();
    }

    private static void plane(
            ByteBuffer film, BufferedImage image, int step, int offset, double red, double green, double blue) {
        for (int y = 0; y < image.getHeight(); y += step) {
            for (int x = 0; x < image.getWidth(); x += step) {
                Color colour = new Color(image.getRGB(x, y));
                double sum = red * colour.getRed() + green * colour.getGreen() + blue * colour.getBlue();
                film.put((byte) Math.round(offset + sum / 256));
            }
        }
    }

    /** One image as a JPEG. */
    static String base64() {
        return Base64.getEncoder().encodeToString(jpeg(0));
    }

    /** The image of one of several people, as a JPEG. */
    static byte[] jpeg(int number) {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            ImageIO.write(draw(number), "jpg", out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BufferedImage seen(BufferedImage scene, Light light) {
        int width = scene.getWidth();
        int height = scene.getHeight();
        return switch (light) {
            case GOOD -> scene;
            case DARK -> {
                Graphics2D graphics = scene.createGraphics();
                graphics.setColor(new Color(0, 0, 0, 225));
                graphics.fillRect(0, 0, width, height);
                graphics.dispose();
                yield scene;
            }
            case BLURRED -> scaled(scaled(scene, width / 64, height / 64), width, height);
            case TURN -> scaled(scene, height, width);
        };
    }

    private static BufferedImage scaled(BufferedImage image, int width, int height) {
        BufferedImage other = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = other.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(image, 0, 0, width, height, null);
        graphics.dispose();
        return other;
    }

    private static BufferedImage draw(int number) {
        BufferedImage image = new BufferedImage(160 * SCALE, 90 * SCALE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.scale(SCALE, SCALE);
        FakeCameraImage scene = new FakeCameraImage(graphics, PEOPLE[number % PEOPLE.length]);
        scene.room();
        scene.monitor();
        scene.person();
        scene.keyboard();
        scene.hands();
        graphics.dispose();
        return image;
    }

    private void room() {
        graphics.setPaint(new GradientPaint(0, 0, new Color(0xf3e9da), 160, 60, new Color(0xd8c8b2)));
        graphics.fill(new Rectangle2D.Double(0, 0, 160, 90));
        for (int shelf = 0; shelf < 2; shelf++) {
            fill(0x9c7650, new Rectangle2D.Double(58, 16 + shelf * 20, 30, 1.6));
            int[] spines = {0x35618e, 0xc0563f, 0xe0a23b, 0x4d7d5c, 0x6b5a86, 0xd9d2c3, 0x2f4858};
            for (int book = 0; book < 7; book++) {
                double height = 9 + (book * 5 + shelf * 3) % 5;
                fill(
                        spines[(book + shelf * 3) % 7],
                        new Rectangle2D.Double(60 + book * 3.6, 16 + shelf * 20 - height, 3, height));
            }
        }
        graphics.setPaint(new GradientPaint(0, 56, new Color(0xb98c5e), 0, 90, new Color(0x8f6439)));
        graphics.fill(polygon(46, 57, 160, 57, 160, 90, 14, 90));
    }

    private void monitor() {
        fill(0x3a4753, polygon(119, 47, 123, 47, 124, 57, 118, 57));
        fill(0x2b3640, new RoundRectangle2D.Double(110, 56, 22, 2.4, 2, 2));
        fill(0x1c252d, new RoundRectangle2D.Double(94, 13, 54, 35, 3, 3));
        fill(0xf7fafc, new Rectangle2D.Double(96, 15, 50, 31));
        fill(0x0a5fb4, new Rectangle2D.Double(96, 15, 50, 4));
        for (int line = 0; line < 7; line++) {
            fill(
                    line % 3 == 0 ? 0x3c4a58 : 0xa9b6c2,
                    new Rectangle2D.Double(100, 22.5 + line * 3.1, 42 - line * 9 % 17, 1));
        }
    }

    private void person() {
        Path2D body = new Path2D.Double();
        body.moveTo(6, 90);
        body.curveTo(8, 60, 18, 46, 33, 44);
        body.lineTo(47, 44);
        body.curveTo(58, 46, 64, 54, 67, 64);
        body.lineTo(64, 90);
        body.closePath();
        fill(person[0], body);
        fill(0xd9a27c, new Rectangle2D.Double(35, 37, 10, 9));
        fill(0xe8b48d, new Ellipse2D.Double(28, 12.5, 25, 28.5));
        Path2D hair = new Path2D.Double();
        hair.moveTo(26.5, 32);
        hair.curveTo(24, 8, 42, 8, 46, 11);
        hair.curveTo(52, 13, 54, 19, 53, 23);
        hair.curveTo(46, 21, 40, 19, 36, 24);
        hair.curveTo(34, 30, 31, 34, 29.5, 36);
        hair.closePath();
        fill(person[2], hair);
        for (double eye : new double[] {42, 49}) {
            fill(0x33261f, new Ellipse2D.Double(eye - 0.8, 25, 1.6, 2));
        }
        stroke(0xb06f55, 0.8, curve(43, 35, 46, 36.5, 49, 34.5));
        stroke(0xc48a68, 0.7, curve(46, 27, 48, 30, 46, 31));
    }

    private void keyboard() {
        fill(0xe6eaee, polygon(89, 65.5, 127, 65.5, 134, 77.5, 92, 77.5));
        for (int row = 0; row < 4; row++) {
            for (int key = 0; key < 11; key++) {
                double x = 91 + row * 0.9 + key * (3.2 + row * 0.13);
                fill(0x8796a5, new Rectangle2D.Double(x, 67 + row * 2.5, 2.5, 1.7));
            }
        }
        fill(0xf2f4f6, new Ellipse2D.Double(140, 67, 7, 10));
    }

    private void hands() {
        stroke(person[0], 9, curve(60, 58, 70, 66, 82, 67.5));
        stroke(person[1], 9, curve(20, 66, 40, 82, 70, 76));
        for (double[] hand : new double[][] {{84, 68.5}, {79, 75}}) {
            fill(0xe8b48d, new Ellipse2D.Double(hand[0] - 4, hand[1] - 3.2, 11, 6.4));
            for (int finger = 0; finger < 4; finger++) {
                stroke(
                        0xe8b48d,
                        1.7,
                        curve(
                                hand[0] + 5,
                                hand[1] - 2.2 + finger * 1.5,
                                hand[0] + 8,
                                hand[1] - 2.6 + finger * 1.6,
                                hand[0] + 10,
                                hand[1] - 2 + finger * 1.6));
            }
        }
    }

    private void fill(int rgb, Shape shape) {
        graphics.setColor(new Color(rgb));
        graphics.fill(shape);
    }

    private void stroke(int rgb, double width, Shape shape) {
        graphics.setColor(new Color(rgb));
        graphics.setStroke(new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.draw(shape);
    }

    private static Path2D curve(double... points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points[0], points[1]);
        path.quadTo(points[2], points[3], points[4], points[5]);
        return path;
    }

    private static Path2D polygon(double... points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points[0], points[1]);
        for (int i = 2; i < points.length; i += 2) {
            path.lineTo(points[i], points[i + 1]);
        }
        path.closePath();
        return path;
    }
}
