#version 450 core
precision highp float;

layout(location = 0) in vec3 vNormal;
layout(location = 1) in vec2 vTexCoord;
layout(location = 0) out vec4 fragColor;

uniform sampler2D uDiffuse;
uniform vec3 uLightDir;
uniform mat4 uViewMatrix;

layout(std140, binding = 0) uniform Camera {
    mat4 projection;
    vec4 eye;
};

float lambert(vec3 normal, vec3 light) {
    return max(dot(normalize(normal), light), 0.0);
}

void main() {
    vec3 base = texture(uDiffuse, vTexCoord).rgb;
    vec3 halfway = normalize(uLightDir + eye.xyz);
    float spec = pow(max(dot(vNormal, halfway), 0.0), 32.0);
    fragColor = vec4(base * lambert(vNormal, uLightDir) + vec3(spec), 1.0);
    if (fragColor.a < 0.5) discard;
}
