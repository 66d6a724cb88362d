package dev.sluice.clients.five;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.serviceUnavailable;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathTemplate;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WireMockFiveTest {
    @RegisterExtension
    final WireMockExtension server = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .failOnUnmatchedRequests(false)
            .build();

    private Client client;

    @BeforeEach
    void open() {
        client = new Client(server.baseUrl());
    }

    @Test
    void anOrderIsPlaced() throws Exception {
        server.stubFor(post("/orders").withRequestBody(equalTo("tea"))
                .willReturn(aResponse().withStatus(201).withBody("order 1")));
        assertThat(client.post("/orders", "tea").body()).isEqualTo("order 1");
        server.verify(1, postRequestedFor(urlEqualTo("/orders")).withHeader("X-Tenant", equalTo("7")));
    }

    @Test
    void aBusyServerIsAskedAgain() throws Exception {
        server.stubFor(get(urlPathTemplate("/orders/{id}")).inScenario("busy")
                .whenScenarioStateIs(Scenario.STARTED)
                .willReturn(serviceUnavailable()).willSetStateTo("again"));
        server.stubFor(get(urlPathTemplate("/orders/{id}")).inScenario("busy")
                .whenScenarioStateIs("again")
                .willReturn(serviceUnavailable()).willSetStateTo("free"));
        server.stubFor(get(urlPathTemplate("/orders/{id}")).inScenario("busy")
                .whenScenarioStateIs("free").willReturn(ok("tea")));
        assertThat(client.patient("/orders/1")).isEqualTo("tea");
        server.verify(3, getRequestedFor(urlEqualTo("/orders/1")));
    }

    @Test
    void anAnswerThatBreaksOffIsAFailure() {
        server.stubFor(get(urlPathTemplate("/orders/{id}"))
                .willReturn(aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK)));
        assertThatThrownBy(() -> client.get("/orders/1")).isInstanceOf(IOException.class);
    }

    @Test
    void aSlowServerIsGivenUp() {
        server.stubFor(get(urlPathTemplate("/orders/{id}")).willReturn(ok("tea").withFixedDelay(5_000)));
        assertThatThrownBy(() -> client.get("/orders/1")).isInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void aRequestThatNobodyExpectsIsShown() throws Exception {
        server.stubFor(post("/orders").withRequestBody(equalTo("tea")).willReturn(aResponse().withStatus(201)));
        client.post("/orders", "coffee");
        assertThat(server.findNearMissesForAllUnmatchedRequests().get(0).toString()).contains("coffee");
    }
}
