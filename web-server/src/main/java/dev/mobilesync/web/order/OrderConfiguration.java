package dev.mobilesync.web.order;

import dev.mobilesync.service.request.RequestBodies;
import dev.mobilesync.web.body.BodyRoute;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;

@Configuration(proxyBeanMethods = false)
class OrderConfiguration {

    /** Receives the body of an order, if the caller may give one. */
    @Bean
    BodyRoute orderRoute() {
        return BodyRoute.ofPlan(
                HttpMethod.POST, OrderController.ORDERS, OrderController.MAX_BYTES, OrderController.ACTION);
    }

    @Bean
    RequestBodies requestBodies(Clock clock) {
        return new RequestBodies(clock);
    }
}
