package dev.mobilesync.standalone;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * Links to the three pages, with tokens, for somebody who wants to see it all in a minute.
 *
 * @param web web-server's address on this machine
 * @param publicUrl what the QR code's link begins with, where that is set
 */
record StartupBanner(DemoData demo, String web, @Nullable String publicUrl) {

    /**
     * @param inNetwork where a phone in the same network reaches web-server, if anywhere
     */
    void print(PrintStream out, @Nullable String inNetwork) {
        out.printf("""

                See it: open these in windows beside each other. The first shows a code; type it in the second.

                  examinee  %1$s/exam/mobile-sync#token=%2$s
                  phone     %1$s/capture
                  proctor   %1$s/proctor#token=%3$s

                """, web, demo.examineeToken(DemoData.EXAMINEE), demo.proctorToken(DemoData.EXAMINEE.planId()));
        if (publicUrl != null && !publicUrl.isBlank()) {
            out.printf("With a real phone: scan the code, which leads to %s.%n%n", publicUrl);
        } else if (inNetwork != null) {
            out.printf("""
                    With a real phone in the same network: open the examinee's link with %s
                    in place of %s, and scan the code. Phones give a page their camera over HTTPS
                    only, so the page then uses the phone's own camera app. Behind HTTPS, set MOBILE_SYNC_PUBLIC_URL.

                    """, inNetwork, web);
        }
    }
}
