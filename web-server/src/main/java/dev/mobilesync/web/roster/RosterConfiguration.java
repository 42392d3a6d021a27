package dev.mobilesync.web.roster;

import dev.mobilesync.web.body.BodyRoute;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;

@Configuration(proxyBeanMethods = false)
class RosterConfiguration {

    /** Receives the body of a roster, if the caller may send one. */
    @Bean
    BodyRoute rosterRoute() {
        return BodyRoute.ofPlan(
                HttpMethod.PUT, RosterController.ROSTER, RosterController.MAX_BYTES, RosterController.ACTION);
    }
}
