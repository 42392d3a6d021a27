# One image for each of the three services: docker build --build-arg SERVICE=web-server .
FROM eclipse-temurin:25.0.1_8-jdk-noble AS build
RUN apt-get update && apt-get install --yes --no-install-recommends maven && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
ARG SERVICE
RUN mvn --batch-mode --quiet -DskipTests -pl ${SERVICE} -am package && cp ${SERVICE}/target/${SERVICE}-exec.jar /service.jar

FROM eclipse-temurin:25.0.1_8-jre-noble
RUN apt-get update && apt-get install --yes --no-install-recommends curl && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 mobile-sync
USER mobile-sync
COPY --from=build /service.jar /service.jar
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-jar", "/service.jar"]
