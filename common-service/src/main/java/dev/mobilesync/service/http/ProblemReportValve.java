package dev.mobilesync.service.http;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.res.StringManager;
import org.jspecify.annotations.Nullable;

/** Sends the container's errors, such as a malformed path, as problem documents. */
public final class ProblemReportValve extends ErrorReportValve {

    private static final int BAD_REQUEST = 400;
    private static final int HEADERS_TOO_LARGE = 431;

    /** Tomcat has no exception type for headers larger than its buffer, so the message identifies them. */
    private static final String HEADERS_TOO_LARGE_MESSAGE =
            StringManager.getManager("org.apache.coyote.http11").getString("iib.requestheadertoolarge.error");

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        AtomicBoolean writable = new AtomicBoolean();
        response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, writable);
        if (!writable.get()) {
            return;
        }
        try {
            Problem.of(status(response, throwable)).send(response);
            response.flushBuffer();
        } catch (IOException e) {
            container.getLogger().debug("could not report an error", e);
        }
    }

    /** Tomcat uses 400 for headers that are too large. */
    private static int status(Response response, @Nullable Throwable throwable) {
        boolean tooLarge = response.getStatus() == BAD_REQUEST
                && throwable != null
                && HEADERS_TOO_LARGE_MESSAGE.equals(throwable.getMessage());
        return tooLarge ? HEADERS_TOO_LARGE : response.getStatus();
    }
}
