package dev.mobilesync.testsupport;

import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileCapture;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Builds a {@code multipart/form-data} body part by part, valid or malformed. */
public final class MultipartBody {

    public static final String BOUNDARY = "a-boundary-of-the-tests";

    /** The {@code Content-Type} of all bodies. */
    public static final String CONTENT_TYPE = "multipart/form-data; boundary=" + BOUNDARY;

    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

    /** The body of an upload: the metadata of the device and the picture. */
    public static byte[] upload(String device, byte[] image) {
        return new MultipartBody().metadataOf(device).image(image).bytes();
    }

    /**
     * Adds a part.
     *
     * @param type its content type; empty for none
     */
    public MultipartBody part(String name, String type, byte[] content) {
        write("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"" + name
                + "\"\r\n" + (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n") + "\r\n");
        parts.writeBytes(content);
        write("\r\n");
        return this;
    }

    public MultipartBody image(byte[] content) {
        return part("image", "image/jpeg", content);
    }

    public MultipartBody metadata(String json) {
        return part("metadata", "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds the metadata of the documented example with another device id. */
    public MultipartBody metadataOf(String device) {
        MobileCapture capture = new MobileCapture(device, new DeviceInfo("iPhone 12", "iOS 15.0"));
        return part("metadata", "application/json", MessageCodec.encode(capture));
    }

    /** All parts with the closing boundary. */
    public byte[] bytes() {
        byte[] end = ("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream body = new ByteArrayOutputStream(parts.size() + end.length);
        body.writeBytes(parts.toByteArray());
        body.writeBytes(end);
        return body.toByteArray();
    }

    private void write(String text) {
        parts.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
