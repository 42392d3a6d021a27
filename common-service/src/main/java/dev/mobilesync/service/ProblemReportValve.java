package dev.mobilesync.service;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;

/** What goes wrong before or beside the application (a broken path, a firewall's refusal) is a problem, too. */
public final class ProblemReportValve extends ErrorReportValve {

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
            Problem known = Problem.answeredTo(request);
            (known == null ? Problem.of(response.getStatus()) : known).write(response);
            response.finishResponse();
        } catch (IOException e) {
            container.getLogger().debug("could not report an error", e);
        }
    }
}
