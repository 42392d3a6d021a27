package dev.mobilesync.reliability;

import org.junit.jupiter.api.Test;

/** web-server is killed while it has uploads in hand: nobody is told 201 for one of them, and a retry gives one result. */
@OnRig(Shape.STANDARD)
class WebServerKilledIT {

    private static final int IN_HAND = 5;

    @Test
    void betweenPutAndConfirm(Rig rig) throws Exception {
        Row.run(rig, "web-server killed between PUT and confirm", Load.usual(), row -> {
            ServiceInstance web = rig.web(0);
            row.awaitTaken(10);
            row.fault(
                    "what the broker says to web-server-1 is lost",
                    () -> web.broker().answers().lose());
            row.awaitInHand(web, IN_HAND);
            row.saw("%d uploads in hand when it was killed", row.inHand(web));
            row.fault("kill -9 web-server-1", web::kill);
            row.fault("start it again", () -> {
                web.mendLines();
                web.start();
            });
            web.awaitReady();
        });
    }
}
