package dev.mobilesync.testsupport;

import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileCapture;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** The body of an upload as a phone sends it. */
public final class UploadBody {

    public static final String BOUNDARY = "a-boundary-of-the-tests";

    /** The type of {@link #of}. */
    public static final String CONTENT_TYPE = "multipart/form-data; boundary=" + BOUNDARY;

    private UploadBody() {}

    /** A picture, and the metadata of a phone of that id. */
    public static byte[] of(String device, byte[] image) {
        byte[] metadata = MessageCodec.encode(new MobileCapture(device, new DeviceInfo("iPhone 12", "iOS 15.0")));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        part(body, "metadata", "application/json", metadata);
        part(body, "image", "image/jpeg", image);
        body.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return body.toByteArray();
    }

    private static void part(ByteArrayOutputStream body, String name, String type, byte[] content) {
        body.writeBytes(("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\""
                        + name + "\"\r\nContent-Type: " + type + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(content);
        body.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    /** In hex. */
    public static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest(bytes));
    }

    /** The value of {@code Content-Digest} for these bytes. */
    public static String contentDigest(byte[] bytes) {
        return "sha-256=:" + Base64.getEncoder().encodeToString(digest(bytes)) + ":";
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
