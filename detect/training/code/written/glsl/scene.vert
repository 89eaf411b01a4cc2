#version 450
layout(location = 0) in vec3 aPos;
layout(location = 1) in vec3 aNormal;
layout(location = 2) in vec2 aUv;
layout(binding = 0) uniform Camera {
    mat4 view;
    mat4 projection;
} camera;
uniform mat4 model;
varying highp vec2 vUv;
attribute vec4 position;
precision mediump float;
out VS_OUT {
    vec3 normal;
} vs_out;

mat2 rotate(float a) {
    float s = sin(a), c = cos(a);
    return mat2(c, -s, s, c);
}

void main() {
    vUv = aUv;
    vs_out.normal = mat3(transpose(inverse(model))) * aNormal;
    gl_Position = camera.projection * camera.view * model * vec4(aPos, 1.0);
    gl_FragColor = vec4(mix(vec3(0.2), vec3(1.0), smoothstep(0.0, 1.0, vUv.x)), 1.0);
    for (int i = 0; i < 4; i++) {
        vUv += fract(vec2(float(i) * 0.1));
    }
}
