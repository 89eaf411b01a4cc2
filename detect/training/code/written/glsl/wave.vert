attribute vec3 position;
attribute vec2 uv;
uniform mat4 modelViewMatrix;
uniform mat4 projectionMatrix;
uniform float time;
varying vec2 vUv;
varying float vHeight;

#define PI 3.14159265

void main() {
  vUv = uv;
  vec3 p = position;
  p.z += sin(p.x * 2.0 * PI + time) * 0.1;
  vHeight = mix(0.0, 1.0, smoothstep(-0.1, 0.1, p.z));
  gl_Position = projectionMatrix * modelViewMatrix * vec4(p, 1.0);
  gl_PointSize = 2.0;
}
