package dev.mobilesync.service.http;

import org.apache.catalina.core.StandardHost;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Filters and valves of the services that run on Tomcat. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
public class HttpConfiguration {

    @Bean
    FilterRegistrationBean<PathParameterRejectionFilter> pathParameterRejectionFilter() {
        FilterRegistrationBean<PathParameterRejectionFilter> filter =
                new FilterRegistrationBean<>(new PathParameterRejectionFilter());
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }

    @Bean
    FilterRegistrationBean<MalformedOriginFilter> malformedOriginFilter() {
        FilterRegistrationBean<MalformedOriginFilter> filter =
                new FilterRegistrationBean<>(new MalformedOriginFilter());
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
        return filter;
    }

    @Bean
    WebMvcConfigurer apiDocuments() {
        return new WebMvcConfigurer() {
            @Override
            public void addResourceHandlers(ResourceHandlerRegistry registry) {
                registry.addResourceHandler(ApiDocsResources.PATTERN)
                        .addResourceLocations(ApiDocsResources.LOCATION)
                        .setCacheControl(ApiDocsResources.CACHE_CONTROL);
            }
        };
    }

    /** Disables Spring Security's observations: those of a filter cost more than the filter. */
    @Bean
    SecurityObservationSettings noSecurityObservations() {
        return SecurityObservationSettings.noObservations();
    }

    /** Sends the container's own errors as problem documents. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemErrorValve() {
        return tomcat -> tomcat.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(ProblemReportValve.class.getName());
                host.getPipeline().addValve(new ProblemReportValve());
            }
        });
    }

    /** On the engine, so that it also handles requests that the container rejects. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> unreadBodyValve() {
        return tomcat -> tomcat.addEngineValves(new UnreadBodyValve());
    }
}
