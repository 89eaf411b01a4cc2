#version 330 core
out vec4 FragColor;
in vec3 Normal;
in vec2 TexCoord;
uniform sampler2D diffuse;
uniform vec3 lightPos;
uniform float shininess;

struct Material {
    vec3 ambient;
    float shine;
};

const float PI = 3.14159;

float attenuation(float d) {
    return 1.0 / (1.0 + 0.09 * d + 0.032 * d * d);
}

void main()
{
    vec3 n = normalize(Normal);
    vec3 l = normalize(lightPos - vec3(0.0));
    float diff = max(dot(n, l), 0.0);
    vec4 tex = texture(diffuse, TexCoord);
    vec3 r = reflect(-l, n);
    float spec = pow(max(dot(n, r), 0.0), shininess);
    if (tex.a < 0.1)
        discard;
    FragColor = vec4(tex.rgb * diff + spec, 1.0);
}
