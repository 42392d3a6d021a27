package dev.mobilesync.web;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A multipart body, built by hand so that it can be wrong. */
public final class Form {

    static final String BOUNDARY = "----a-boundary-of-the-tests";
    public static final String CONTENT_TYPE = "multipart/form-data; boundary=" + BOUNDARY;

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    public Form part(String name, String type, byte[] content) {
        text("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"" + name
                + "\"\r\n" + (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n") + "\r\n");
        body.writeBytes(content);
        text("\r\n");
        return this;
    }

    public Form image(byte[] content) {
        return part("image", "image/jpeg", content);
    }

    public Form metadata(String json) {
        return part("metadata", "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** Metadata as in the scenario, of another device. */
    public Form metadataOf(String device) {
        return metadata("{\"type\":\"mobile_capture\",\"data\":{\"deviceId\":\"" + device
                + "\",\"deviceInfo\":{\"model\":\"iPhone 12\",\"osVersion\":\"iOS 15.0\"}}}");
    }

    public static Form of(byte[] image, String device) {
        return new Form().image(image).metadataOf(device);
    }

    public byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(body.toByteArray());
        all.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return all.toByteArray();
    }

    private void text(String text) {
        body.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
