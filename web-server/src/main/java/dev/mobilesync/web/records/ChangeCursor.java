package dev.mobilesync.web.records;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.web.http.ApiException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A position among the changes of a plan. Clients treat its text as opaque.
 *
 * @param generation another one if Redis has lost the plan's changes since: the score of their member {@code ""}; 0 at the start
 * @param last the number of the last change that was read
 */
record ChangeCursor(long generation, long last) {

    static final ChangeCursor START = new ChangeCursor(0, 0);

    private static final Pattern FORMAT = Pattern.compile("(\\d{1,16})-(\\d{1,16})");

    /**
     * @param text empty for the start
     * @throws ApiException {@code INVALID_REQUEST} if it is not the text of a cursor
     */
    static ChangeCursor parse(String text) {
        if (text.isEmpty()) {
            return START;
        }
        Matcher matcher = FORMAT.matcher(text);
        if (!matcher.matches()) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "updatedSince must be empty or the next of a response");
        }
        return new ChangeCursor(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }

    @Override
    public String toString() {
        return equals(START) ? "" : generation + "-" + last;
    }
}
