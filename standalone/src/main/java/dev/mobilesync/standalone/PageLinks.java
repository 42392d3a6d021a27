package dev.mobilesync.standalone;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * Prints links to the three pages. The links of the examinee and the proctor contain tokens.
 *
 * @param web web-server's URL on this machine
 * @param publicUrl base of the QR code's link, if configured
 */
record PageLinks(DemoData demo, String web, @Nullable String publicUrl) {

    /**
     * @param networkUrl web-server's URL for phones on the same network, if any
     */
    void print(PrintStream out, @Nullable String networkUrl) {
        out.printf("""

                Open these links side by side. The first shows a code; type it in the second.

                  examinee  %1$s/exam/mobile-sync#token=%2$s
                  phone     %1$s/capture
                  proctor   %1$s/proctor#token=%3$s

                """, web, demo.examineeToken(DemoData.EXAMINEE), demo.proctorToken(DemoData.EXAMINEE.planId()));
        if (publicUrl != null && !publicUrl.isBlank()) {
            out.printf("With a real phone: scan the code, which leads to %s.%n%n", publicUrl);
        } else if (networkUrl != null) {
            out.printf("""
                    With a real phone in the same network: open the examinee's link with %s
                    in place of %s, and scan the code. Phones give a page their camera over HTTPS
                    only, so the page then uses the phone's own camera app. Behind HTTPS, set MOBILE_SYNC_PUBLIC_URL.

                    """, networkUrl, web);
        }
    }
}
