package dev.sluice.lab.picture;

/**
 * A state that something had for some time.
 *
 * @param row whose state it is
 * @param state its name, which the legend shows
 */
public record Span(String row, String state, double from, double until) {}
