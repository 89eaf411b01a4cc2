#!/usr/bin/env groovy
@Library('shared') _

def version = null

pipeline {
    agent { label 'linux' }
    options { timeout(time: 30, unit: 'MINUTES') }
    environment {
        IMAGE = "registry.example.com/shop:${env.BUILD_NUMBER}"
    }
    stages {
        stage('Build') {
            steps {
                checkout scm
                script {
                    version = sh(script: 'git describe --tags', returnStdout: true).trim()
                    def modules = ['api', 'web'].findAll { it != env.SKIP }
                    modules.each { name -> sh "make ${name}" }
                }
            }
        }
        stage('Test') {
            when { branch 'main' }
            steps { junit 'build/reports/**/*.xml' }
        }
    }
    post {
        failure { mail to: 'team@example.com', subject: "Failed: ${currentBuild.fullDisplayName}" }
    }
}

class Person {
    String name
    int age
    def greet() { "Hello, ${name ?: 'nobody'}" }
}

def people = [new Person(name: 'Ann', age: 31)]
assert people*.name == ['Ann']
println people.collect { it.greet() }.join(', ')
