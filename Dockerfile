# Builds all three services and the command line, and packages one of them: docker build --build-arg SERVICE=web-server .
FROM eclipse-temurin:25.0.1_8-jdk-noble AS build
RUN apt-get update && apt-get install --yes --no-install-recommends maven && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN mvn --batch-mode --quiet -DskipTests -pl web-server,state-manager,socket-server,admin -am package \
    && mv admin/target/mobile-sync-admin.jar admin/target/admin-exec.jar \
    && for service in web-server state-manager socket-server admin; do \
         java -Djarmode=tools -jar $service/target/$service-exec.jar \
           extract --layers --application-filename service.jar --destination /layers/$service; \
       done

FROM eclipse-temurin:25.0.1_8-jre-noble
RUN apt-get update && apt-get install --yes --no-install-recommends curl && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 mobile-sync
WORKDIR /service
ARG SERVICE
# The layers that change least come first, so that an update transfers only the last ones.
COPY --from=build /layers/${SERVICE}/dependencies/ ./
COPY --from=build /layers/${SERVICE}/snapshot-dependencies/ ./
COPY --from=build /layers/${SERVICE}/application/ ./
# The AOT cache halves the CPU time of a start (docs/decisions/0022-start-caches.md). The JVM that uses it must be the one that
# created it, so this runs in the final image. The training run ends before it connects to a server; its settings remain in no layer. Of
# the command line it runs one command.
RUN MOBILE_SYNC_JWT_SECRET=only-for-the-training-run-of-the-image MOBILE_SYNC_STORE_ENDPOINT=http://localhost:1 \
    MOBILE_SYNC_STORE_ACCESS_KEY=training MOBILE_SYNC_STORE_SECRET_KEY=training \
    java -XX:AOTCacheOutput=service.aot -Xlog:aot=error -Dspring.context.exit=onRefresh -jar service.jar \
         $([ "$SERVICE" != admin ] || echo sweep) \
    && chmod 644 service.aot
USER 10001
# The rest of the container's memory is for buffers outside the heap, threads and the JVM itself.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-XX:AOTCache=service.aot", "-jar", "service.jar"]
