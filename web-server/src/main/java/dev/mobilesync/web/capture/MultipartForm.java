package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.web.http.ApiException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.tomcat.util.http.fileupload.FileItemHeaders;
import org.apache.tomcat.util.http.fileupload.FileItemIterator;
import org.apache.tomcat.util.http.fileupload.FileItemStream;
import org.apache.tomcat.util.http.fileupload.FileUpload;
import org.apache.tomcat.util.http.fileupload.FileUploadException;
import org.apache.tomcat.util.http.fileupload.MultipartStream.MalformedStreamException;
import org.apache.tomcat.util.http.fileupload.UploadContext;
import org.apache.tomcat.util.http.fileupload.impl.FileUploadIOException;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a {@code multipart/form-data} body, in memory. Uses Tomcat's parser directly, because {@code getParts}
 * reads from the connection instead of the received body.
 */
record MultipartForm(List<Part> parts) {

    private static final int MAX_PARTS = 8;
    private static final int MAX_PART_HEADER_BYTES = 4096;
    /** The parser reads 4 KiB at a time, of a body that may be in a file. */
    private static final int BUFFER_BYTES = 16 * 1024;

    /**
     * @param contentDigest the values of the part's {@code Content-Digest}
     */
    record Part(@Nullable String name, @Nullable String contentType, List<String> contentDigest, byte[] content) {}

    /** Reads up to the closing boundary. Throws {@code CAPTURE_TRANSFER_FAILED} if it is missing. */
    static MultipartForm read(String contentType, InputStream body, int maxPartBytes) throws IOException {
        List<Part> parts = new ArrayList<>();
        try {
            FileUpload parser = new FileUpload();
            parser.setPartHeaderSizeMax(MAX_PART_HEADER_BYTES);
            FileItemIterator items =
                    parser.getItemIterator(new Body(contentType, new BufferedInputStream(body, BUFFER_BYTES)));
            while (items.hasNext()) {
                if (parts.size() == MAX_PARTS) {
                    throw new ApiException(ErrorCode.INVALID_REQUEST, "the form has more than " + MAX_PARTS + " parts");
                }
                parts.add(readPart(items.next(), maxPartBytes));
            }
        } catch (MalformedStreamException e) {
            throw new ApiException(ErrorCode.CAPTURE_TRANSFER_FAILED, "the form's closing boundary is missing", e);
        } catch (FileUploadException | FileUploadIOException | IllegalStateException | IllegalArgumentException e) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "the body is not a multipart form", e);
        }
        return new MultipartForm(parts);
    }

    private static Part readPart(FileItemStream item, int maxBytes) throws IOException {
        try (InputStream in = item.openStream()) {
            byte[] content = in.readNBytes(maxBytes + 1);
            if (content.length > maxBytes) {
                throw new ApiException(ErrorCode.CAPTURE_TOO_LARGE, "a part of the form is too large");
            }
            return new Part(item.getFieldName(), item.getContentType(), digests(item.getHeaders()), content);
        }
    }

    private static List<String> digests(@Nullable FileItemHeaders headers) {
        List<String> values = new ArrayList<>();
        if (headers != null) {
            Iterator<String> each = headers.getHeaders(CaptureHeaders.CONTENT_DIGEST);
            each.forEachRemaining(values::add);
        }
        return values;
    }

    Part requireSinglePart(String name) {
        List<Part> named =
                parts.stream().filter(part -> name.equals(part.name())).toList();
        if (named.size() != 1) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "there must be exactly one part " + name);
        }
        return named.get(0);
    }

    private record Body(String contentType, InputStream in) implements UploadContext {

        @Override
        public @Nullable String getCharacterEncoding() {
            return null;
        }

        @Override
        public String getContentType() {
            return contentType;
        }

        @Override
        public InputStream getInputStream() {
            return in;
        }

        @Override
        public long contentLength() {
            return -1;
        }
    }
}
