package dev.mobilesync.web.body;

import jakarta.servlet.DispatcherType;
import java.util.List;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Registers the filter that receives bodies. Each feature registers its own {@link BodyRoute}. */
@Configuration(proxyBeanMethods = false)
class BodyConfiguration {

    /**
     * Spring Security's filter chain has the order -100. It restores the caller on the second dispatch, from an attribute of the
     * request.
     */
    private static final int AFTER_SECURITY = 0;

    @Bean
    FilterRegistrationBean<RequestBodyFilter> requestBodyFilter(List<BodyRoute> routes, BodyTransfers transfers) {
        FilterRegistrationBean<RequestBodyFilter> filter =
                new FilterRegistrationBean<>(new RequestBodyFilter(routes, transfers));
        filter.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
        filter.setOrder(AFTER_SECURITY);
        return filter;
    }
}
