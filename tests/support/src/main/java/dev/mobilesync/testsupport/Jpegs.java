package dev.mobilesync.testsupport;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import javax.imageio.ImageIO;

/** Pictures made by a real encoder. */
public final class Jpegs {

    private Jpegs() {}

    /** A JPEG of this size; each {@code seed} gives a different picture. */
    public static byte[] picture(int width, int height, long seed) {
        return encode(draw(width, height, seed), "jpg");
    }

    /** A picture of a phone's size, 1280 × 720. */
    public static byte[] picture(long seed) {
        return picture(1280, 720, seed);
    }

    /** A picture of random dots, with about one byte per pixel. */
    public static byte[] noise(int width, int height, long seed) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        image.setRGB(
                0,
                0,
                width,
                height,
                new Random(seed).ints((long) width * height).toArray(),
                0,
                width);
        return encode(image, "jpg");
    }

    /** The picture as a PNG, which the service rejects. */
    public static byte[] png(long seed) {
        return encode(draw(320, 240, seed), "png");
    }

    private static BufferedImage draw(int width, int height, long seed) {
        Random random = new Random(seed);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, color(random), width, height, color(random)));
        graphics.fillRect(0, 0, width, height);
        for (int i = 0; i < 40; i++) {
            graphics.setColor(color(random));
            graphics.fillOval(random.nextInt(width), random.nextInt(height), width / 8, height / 8);
        }
        graphics.dispose();
        return image;
    }

    private static Color color(Random random) {
        return new Color(random.nextInt(0x1000000));
    }

    private static byte[] encode(BufferedImage image, String format) {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            if (!ImageIO.write(image, format, out)) {
                throw new IllegalStateException("no encoder for " + format);
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
