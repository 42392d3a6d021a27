package dev.mobilesync.standalone;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mobilesync.embedded.PrivateFiles;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.security.TokenConfiguration;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;

/** Data for trying out mobile-sync: a secret per data directory, tokens that it signs, and a picture. */
final class DemoData {

    static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");
    static final String DEVICE = "M001";

    private static final Duration TOKEN_TTL = Duration.ofHours(12);

    private final String secret;

    DemoData(String secret) {
        this.secret = secret;
    }

    /** Uses a random secret, kept in the data directory and readable by its owner only. */
    static DemoData inDirectory(Path data) {
        Path file = data.resolve("secret");
        try {
            PrivateFiles.directory(data);
            return new DemoData(PrivateFiles.secret(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep a secret in " + file, e);
        }
    }

    String secret() {
        return secret;
    }

    String deviceToken(ExamineeKey examinee, String device) {
        return sign(Map.of(
                "role", "device", "plan", examinee.planId(), "examinee", examinee.examineeId(), "device", device));
    }

    String examineeToken(ExamineeKey examinee) {
        return sign(Map.of("role", "examinee", "plan", examinee.planId(), "examinee", examinee.examineeId()));
    }

    String proctorToken(String planId) {
        return sign(Map.of("role", "proctor", "sub", "demo-proctor", "plans", List.of(planId)));
    }

    private String sign(Map<String, Object> claims) {
        JWTClaimsSet.Builder builder = new JWTClaimsSet.Builder()
                .audience(TokenConfiguration.AUDIENCE)
                .issueTime(new Date())
                .expirationTime(Date.from(Instant.now().plus(TOKEN_TTL)));
        claims.forEach(builder::claim);
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), builder.build());
        try {
            token.sign(new MACSigner(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (JOSEException e) {
            throw new IllegalStateException("MOBILE_SYNC_JWT_SECRET must have 32 bytes or more", e);
        }
        return token.serialize();
    }

    /**
     * Writes {@code demo.env} (URLs and tokens as shell variables) and {@code sample.jpg} into the directory.
     *
     * @param web web-server's URL
     * @param socket socket-server's URL
     */
    void writeFiles(Path data, String web, String socket) {
        try {
            PrivateFiles.directory(data);
            PrivateFiles.write(data.resolve("demo.env"), """
                    WEB=%s
                    SOCKET=%s
                    DEVICE_TOKEN=%s
                    EXAMINEE_TOKEN=%s
                    PROCTOR_TOKEN=%s
                    """.formatted(
                            web,
                            socket,
                            deviceToken(EXAMINEE, DEVICE),
                            examineeToken(EXAMINEE),
                            proctorToken(EXAMINEE.planId())));
            Files.write(data.resolve("sample.jpg"), picture());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + data, e);
        }
    }

    /** Returns a JPEG of 1280 × 720. A random stripe makes each one different. */
    static byte[] picture() {
        BufferedImage image = new BufferedImage(1280, 720, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setPaint(new GradientPaint(0, 0, new Color(0x1f3a5f), 1280, 720, new Color(0x4f9d9d)));
        graphics.fillRect(0, 0, 1280, 720);
        graphics.setColor(new Color(0xf2e8cf));
        graphics.fillOval(540, 160, 200, 240);
        graphics.fillRoundRect(400, 430, 480, 290, 160, 160);
        Random random = new SecureRandom();
        for (int x = 40; x < 1240; x += 40) {
            graphics.setColor(new Color(random.nextInt(0x1000000)));
            graphics.fillRect(x, 40, 30, 30);
        }
        graphics.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "jpg", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
