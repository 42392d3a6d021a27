# Builds all three services and packages one of them: docker build --build-arg SERVICE=web-server .
FROM eclipse-temurin:25.0.1_8-jdk-noble AS build
RUN apt-get update && apt-get install --yes --no-install-recommends maven && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN mvn --batch-mode --quiet -DskipTests -pl web-server,state-manager,socket-server -am package \
    && for service in web-server state-manager socket-server; do \
         java -Djarmode=tools -jar $service/target/$service-exec.jar \
           extract --layers --application-filename service.jar --destination /layers/$service; \
       done

FROM eclipse-temurin:25.0.1_8-jre-noble
RUN apt-get update && apt-get install --yes --no-install-recommends curl && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 mobile-sync
USER 10001
WORKDIR /service
ARG SERVICE
# The layers that change least come first, so that an update transfers only the last ones.
COPY --from=build /layers/${SERVICE}/dependencies/ ./
COPY --from=build /layers/${SERVICE}/snapshot-dependencies/ ./
COPY --from=build /layers/${SERVICE}/application/ ./
# The rest of the container's memory is for buffers outside the heap, threads and the JVM itself.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-jar", "service.jar"]
